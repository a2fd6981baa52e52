"""What a rendered page holds for its script."""

import base64
import json
import re
import zlib
from typing import Any


def read_page_report(page: str) -> dict[str, Any]:
    """Read what the script needs to open the page."""
    match = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', page, re.DOTALL)
    assert match
    found: dict[str, Any] = json.loads(match[1])
    return found


def read_page_texts(page: str) -> dict[str, Any]:
    """Unpack what it unpacks once somebody looks at a record."""
    match = re.search(r'<script type="text/plain" id="report-texts">([\w+/=]*)</script>', page)
    assert match
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(match[1])))
    return found
