from graph_goldens.cases.case import Call as Call
from graph_goldens.cases.case import Case as Case
from graph_goldens.cases.case import Compare as Compare
from graph_goldens.cases.case import case as case
from graph_goldens.cases.claims import Claim as Claim
from graph_goldens.cases.claims import Contains as Contains
from graph_goldens.cases.claims import Count as Count
from graph_goldens.cases.claims import Delegated as Delegated
from graph_goldens.cases.claims import Fact as Fact
from graph_goldens.cases.claims import Inputs as Inputs
from graph_goldens.cases.claims import Lacks as Lacks
from graph_goldens.cases.claims import NoBreaks as NoBreaks
from graph_goldens.cases.claims import Raises as Raises

__all__: list[str]
