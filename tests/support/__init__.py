"""What the tests of several folders share.

``fake_<gateway>``: a server that plays a gateway, as its published documents describe it.
``faulty_line``: the connection to that server, which can fail. ``fake_gateway``: a gateway without HTTP.
``shop_with_<gateway>``: this shop with that gateway, and its fixture ``<gateway>_shop``.
``gateway_tills``: one interface to the three gateways.
``<contract>_till``, ``<contract>_client``: a customer of that contract, and what its clients send.
``storefronts/<contract>``: the routes, bodies and requests of that contract.
``<word>_shop``: the shop in its own processes, which ``server`` starts.
"""
