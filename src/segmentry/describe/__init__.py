"""What is said of segments: profile, rule, name, actions, offers, and with which one to start."""

from segmentry.describe.describe import Described, describe, letter
from segmentry.describe.distributions import Box, Distribution
from segmentry.describe.options import DescribeOptions
from segmentry.describe.playbook import Playbook, load_playbook
from segmentry.describe.segments import Action, Condition, Known, Offer, Rule, Segment, StartWith, Trait

__all__ = [
    "Action",
    "Box",
    "Condition",
    "DescribeOptions",
    "Described",
    "Distribution",
    "Known",
    "Offer",
    "Playbook",
    "Rule",
    "Segment",
    "StartWith",
    "Trait",
    "describe",
    "letter",
    "load_playbook",
]
