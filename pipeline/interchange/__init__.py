"""To and from the annotation tools that people already use: Label Studio, doccano, brat and INCEpTION."""
