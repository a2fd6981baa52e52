"""The pytest plugin: a front end for people who run pytest themselves; `pytest11` names `entry`."""
