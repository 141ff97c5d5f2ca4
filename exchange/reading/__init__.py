"""Read product files of other shops into plain values, without using the database.

Start at ``shopify.read_products``; the results are described in ``exchange.drafts``. A file passes through these
modules:

- ``source``, with ``encoding``, turns bytes into records, whatever the encoding, line ends and quoting;
- ``columns`` maps the header names, which changed over the years, to the names used here;
- ``spool`` stores rows on disk and groups them by handle, because a product's rows may be anywhere in the file;
- ``assemble``, with ``merge``, ``variants`` and ``images``, makes one draft from one product's rows, and checks every
  cell with ``cells``.
"""
