"""Say which Python runs this and whether it has torch, as JSON: a script that old Pythons run too."""

import importlib.util
import json
import sys

print(json.dumps({"python": sys.version_info[:2], "torch": importlib.util.find_spec("torch") is not None}))
