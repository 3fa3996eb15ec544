"""What the room keeps, a file for each of its parts."""

from .consultations import AskedQuestion, Consultation, Contribution, GivenAnswer, Phase
from .later import LaterClose
from .pots import Pot
from .proposals import Comment, Proposal, Sent, Support, Visibility
from .rounds import Project, Round
from .ties import Tie
from .voices import Channel, Voice
from .voting import Ballot, CodeBatch, Emergency, OpenBallot, VotingCode
from .ways import EnterpriseBallot, PaperBallot, PaperCheck, Place, Visit, WayCount

__all__ = [
    "AskedQuestion",
    "Ballot",
    "Channel",
    "CodeBatch",
    "Comment",
    "Consultation",
    "Contribution",
    "Emergency",
    "EnterpriseBallot",
    "GivenAnswer",
    "LaterClose",
    "OpenBallot",
    "PaperBallot",
    "PaperCheck",
    "Phase",
    "Place",
    "Pot",
    "Project",
    "Proposal",
    "Round",
    "Sent",
    "Support",
    "Tie",
    "Visibility",
    "Visit",
    "Voice",
    "VotingCode",
    "WayCount",
]
