"""The atlas of drift, docs/atlas: the figures among its prose, which the goldens give: `make atlas`."""
