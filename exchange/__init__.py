"""Import catalogues from other shops, in three steps.

- **Read** (``reading``): turn a file into ``drafts``, which are plain values, without using the database.
- **Plan** (``planning``, ``categories``): compare each draft with what the shop has, to find what is missing or
  different and has to be written.
- **Write** (``writing``): write a few hundred products per transaction through the services of catalog and inventory.
  The number of statements does not depend on the number of products.

``manage.py import_products`` runs all three steps.
"""
