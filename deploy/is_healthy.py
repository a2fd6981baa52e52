"""End with 0 while the service of nights is well, by its health file; needs the standard library alone.

python deploy/is_healthy.py /var/lib/goldens/health.json
"""

import datetime
import json
import sys
from pathlib import Path

LONGEST_NIGHT = datetime.timedelta(hours=12)


def explain_illness(health: dict[str, str], now: datetime.datetime) -> str:
    """Say what is wrong with the service; empty where nothing is."""
    if health["problem"]:
        return health["problem"]
    if health["doing"] == "looking":
        due = datetime.datetime.fromisoformat(health["since"]) + LONGEST_NIGHT
    else:
        due = datetime.datetime.fromisoformat(health["next"]) + datetime.timedelta(hours=1)
    return f"nothing has been heard since {health['since']}" if now > due else ""


def main() -> None:
    """Read the health file that is named, and end with what is wrong."""
    try:
        health = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
        sys.exit(explain_illness(health, datetime.datetime.now(datetime.timezone.utc)) or None)
    except (OSError, ValueError, LookupError, TypeError) as error:
        sys.exit(f"the health of the service cannot be read: {error}")


if __name__ == "__main__":
    main()
