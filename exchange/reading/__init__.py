"""Product files of other shops, read into plain values. Nothing here touches the database.

``shopify.read_products`` is the entrance; ``exchange.drafts`` says what comes out. A file passes through

- ``source``, with ``encoding``: bytes to records, whatever the encoding, line ends and quoting;
- ``columns``: header names, of which several generations are in circulation, to the names used here;
- ``spool``: rows put aside on disk and grouped by handle, since a product's rows may be anywhere in the file;
- ``assemble``, with ``merge``, ``variants`` and ``images``: one product's rows to one draft, checking every cell with
  ``cells``.
"""
