"""How good records are: against gold, with intervals, per genre, calibrated, and against an older run."""
