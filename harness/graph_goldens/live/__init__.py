"""The live page: review in a browser, and checks that are started there; `goldens serve`."""
