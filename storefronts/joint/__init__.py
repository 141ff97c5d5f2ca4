"""What several documents publish under one path: one view each, with the union of the inputs and all of the answers.

``contracts`` of a view names the packages whose documents it serves.
"""
