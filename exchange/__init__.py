"""Catalogues that come in from other shops, in three steps.

- **Read** (``reading``): a file becomes ``drafts``, plain values that say what it asks for, without the database.
- **Plan** (``planning``, ``categories``): a draft is compared with what the shop has; what is missing or different is
  what has to be written.
- **Write** (``writing``): a few hundred products to a transaction, through the services of catalog and inventory, with
  a number of statements that does not depend on how many products there are.

``manage.py import_products`` runs them all.
"""
