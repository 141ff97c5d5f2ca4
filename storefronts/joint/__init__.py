"""The paths that several contracts publish. One view serves each path, with the inputs and outputs of all of them.

``contracts`` of a view names the packages whose contracts it serves.
"""
