"""From correction to rule: what analysts keep correcting becomes a proposal for the rules."""
