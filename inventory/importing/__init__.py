"""Drafts of ``catalog.importing`` applied to the database, a few hundred products to a transaction.

``run.products_import`` is the entrance. Each batch is read (``present``), compared with the drafts (``plan``) and
written (``batch``) with a number of statements that does not depend on how many products it holds. It lives in
this app, not in catalog, because pieces are booked too (``stock``).
"""
