"""Mutations of goldens of kinds that the design does not list: what matters, and what does not.

What matters may be of any semantic class.
"""

from tests.drift.invented import arguments, calls, interfaces, records, told
from tests.drift.invented.harmless import HARMLESS

MODULES = (interfaces, arguments, calls, told, records)
MATTERS = tuple(each for module in MODULES for each in module.MATTERS)
__all__ = ["HARMLESS", "MATTERS"]
