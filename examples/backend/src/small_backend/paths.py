"""The tracing path that the settings name: what the compile backend is given, and what it returns."""

import small_backend.compiler  # registers the backend  # noqa: F401
from graph_goldens import backend_path

compiled = backend_path("small_backend")
