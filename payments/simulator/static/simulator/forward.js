// The gateway has the buyer's browser carry the result to the shop.
"use strict";

document.getElementById("forward").submit();
