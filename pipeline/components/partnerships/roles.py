"""The roles that cues play, as bits, so that a clause's cues fit into one number."""

from __future__ import annotations

ROLES = (
    "partner", "partner_bare", "tie", "tie_bare", "bond", "tied", "tied_bare", "deed", "sign", "paper", "exist", "join", "jubilee",
    "plan", "agree", "dormant", "suspend", "end", "reject", "alive", "negation", "maybe", "school", "church", "company",
    "network", "neighbour", "travel", "birth", "geography", "body", "turn", "ring", "guest", "own", "both", "denied", "wish", "decide", "undo",
)  # fmt: skip
BIT = {role: 1 << number for number, role in enumerate(ROLES)}
STRONG = BIT["partner"] | BIT["tie"] | BIT["tied"]
ANY_TIE = STRONG | BIT["tie_bare"] | BIT["partner_bare"] | BIT["bond"] | BIT["tied_bare"]
