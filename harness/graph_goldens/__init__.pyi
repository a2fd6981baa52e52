from graph_goldens.capture.tracing.backend_paths import backend_path as backend_path
from graph_goldens.capture.tracing.exporting import Default as Default
from graph_goldens.capture.tracing.tracing import Tracing as Tracing
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
from graph_goldens.cases.own_paths import tracing_path as tracing_path
from graph_goldens.cases.text_rules import TextKind as TextKind
from graph_goldens.cases.text_rules import text_rule as text_rule

__all__: list[str]
