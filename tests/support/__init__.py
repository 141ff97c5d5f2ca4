"""What tests of several folders share.

``fake_<gateway>``: a gateway played by a server of our own, as its published documents describe it.
``faulty_line``: the connection to it, which can fail. ``fake_gateway``: a gateway without HTTP.
``shop_with_<gateway>``: this shop with that gateway, and its fixture ``<gateway>_shop``.
``gateway_tills``: one interface to the three of them.
``<contract>_till``, ``<contract>_client``: a customer of that contract, and what its clients send.
``storefronts/<contract>``: the routes, bodies and requests of that contract.
``<word>_shop``: the shop as processes of their own, started by ``server``.
"""
