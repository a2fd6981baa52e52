from graph_goldens.cases.case import Call as Call
from graph_goldens.cases.case import Case as Case
from graph_goldens.cases.case import Claim as Claim
from graph_goldens.cases.case import Compare as Compare
from graph_goldens.cases.case import Fact as Fact
from graph_goldens.cases.case import Raises as Raises
from graph_goldens.cases.case import case as case

__all__: list[str]
