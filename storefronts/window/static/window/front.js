// The shop window: a client of /api/v1/ like any other. Everything shown is set as text, never as HTML.
"use strict";

const api = "/api/v1";
const byId = (id) => document.getElementById(id);
const orders = new Map();
let tokens = null;
let page = 1;
let lastNotification = "";
let watching = null;

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text ?? "";
  return Object.assign(made, attributes);
}

async function call(method, path, body, headers = {}) {
  const options = { method, headers: { Accept: "application/json", ...headers } };
  if (tokens) options.headers.Authorization = `Bearer ${tokens.access}`;
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer = await fetch(api + path, options);
  if (answer.status === 401 && tokens && (await refresh())) {
    options.headers.Authorization = `Bearer ${tokens.access}`;
    answer = await fetch(api + path, options);
  }
  const content = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(content.errors?.[0]?.message ?? content.detail);
  return content;
}

async function refresh() {
  const answer = await fetch(`${api}/auth/token/refresh/`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh: tokens.refresh }),
  });
  tokens = answer.ok ? await answer.json() : null;
  return answer.ok;
}

// Does the work that a click asked for, and shows the reason if it is refused.
async function attempt(work) {
  byId("problem").hidden = true;
  try {
    await work();
  } catch (error) {
    byId("problem").textContent = error.message;
    byId("problem").hidden = false;
  }
}

async function showProducts(fresh) {
  page = fresh ? 1 : page + 1;
  const search = new FormData(byId("search")).get("search").trim();
  const words = search ? `&search=${encodeURIComponent(search)}` : "";
  const found = await call("GET", `/products/?page=${page}${words}`);
  if (fresh) byId("products").replaceChildren();
  byId("products").append(...found.results.map(card));
  byId("more").hidden = !found.next;
}

function card(product) {
  const box = element("article", "", { className: "card" });
  const text = element("div");
  const range = product.price === product.price_high ? "" : "from ";
  const buy = element("button", product.in_stock ? "Add to cart" : "Sold out", { type: "button", disabled: !product.in_stock });
  buy.addEventListener("click", () => attempt(() => add(product)));
  text.append(
    element("h3", product.name),
    element("span", product.category?.name, { className: "quiet" }),
    element("span", product.price ? `${range}${product.price} ${product.currency}` : "no price", { className: "price" }),
    buy,
  );
  box.append(element("img", "", { src: product.image ?? "", alt: "", loading: "lazy" }), text);
  return box;
}

async function add(product) {
  if (!tokens) throw new Error("Please sign in first.");
  let item = { product: product.id };
  const { variants } = await call("GET", `/products/${product.id}/`);
  if (variants.length > 1) {
    const free = variants.find((variant) => variant.stock === null || variant.stock > 0);
    item = { variant: (free ?? variants[0]).id };
  }
  await showCart(await call("POST", "/cart/items/", { ...item, quantity: 1 }));
}

async function showCart(cart) {
  if (!cart.items.length) {
    byId("cart-lines").replaceChildren(element("p", "Your cart is empty.", { className: "quiet" }));
    return;
  }
  const list = element("ul");
  list.append(...cart.items.map((line) => {
    const row = element("li");
    const name = line.title ? `${line.name}, ${line.title}` : line.name;
    row.append(element("span", `${line.quantity} × ${name}`), element("span", line.total));
    return row;
  }));
  const ways = (await call("GET", "/payments/methods/")).filter((way) => !way.why_not);
  const order = element("button", `Order for ${cart.total} ${cart.currency}`);
  const form = element("form", "", { id: "checkout" });
  form.append(...wayFields(ways), order);
  // One key for one order: a second click, or a retry after a lost connection, gets the same order.
  const key = crypto.randomUUID?.() ?? String(Math.random());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const way = ways.find((each) => each.code === form.elements.way.value);
    attempt(() => place(cart, way, form.elements.phone.value, key));
  });
  byId("cart-lines").replaceChildren(list, form);
}

function wayFields(ways) {
  const choice = element("select", "", { name: "way" });
  choice.append(...ways.map((way) => element("option", way.name, { value: way.code })));
  const phone = element("input", "", { name: "phone", type: "tel", autocomplete: "tel", placeholder: "0712 345 678" });
  const fields = [[choice, "Pay with"], [phone, "Phone"]].map(([field, text]) => {
    const label = element("label", text);
    label.append(field);
    return label;
  });
  const toggle = () => {
    phone.required = ways.find((way) => way.code === choice.value).needs_phone;
    fields[1].hidden = !phone.required;
  };
  choice.addEventListener("change", toggle);
  toggle();
  return fields;
}

async function place(cart, way, phone, key) {
  const body = { cart: cart.id, address: { street: "1 Main Street", city: "Springfield" }, payment_method: way.code };
  if (way.needs_phone) body.phone = phone;
  const placed = await call("POST", "/orders/", body, { "Idempotency-Key": key });
  showOrder(placed.number, placed.status, false);
  await showCart(await call("GET", "/cart/"));
  if (way.is_online) await start(placed.payment);
}

// Starts a payment: the gateway shows its own page, or asks the buyer's phone.
async function start(payment) {
  const started = await call("POST", `/payments/${payment.id}/start/`, {});
  if (started.pay_url) {
    leaveFor(started.pay_url);
  } else {
    await watch(started);
  }
}

// Keeps the sign-in in this tab only, while the buyer is on the gateway's page.
function leaveFor(url) {
  sessionStorage.setItem("refresh", tokens.refresh);
  location.assign(url);
}

function showPayment(payment) {
  const shown = {
    pending: "The payment has not been started yet.",
    waiting: payment.pay_url ? "Please pay on the payment page." : `Please answer your phone ${payment.payer} to pay.`,
    unknown: "The payment was sent, but the gateway has not answered yet.",
    captured: "The order is paid. Thank you!",
    failed: `The payment failed. ${payment.failure}`,
    cancelled: "The payment was cancelled.",
  };
  byId("payment-text").textContent = `Order #${payment.order}, ${payment.amount} ${payment.currency}. ${shown[payment.state]}`;
  byId("payment-text").dataset.state = payment.state;
  byId("payment-next").replaceChildren(...nextStep(payment));
  byId("paying").hidden = false;
}

function nextStep(payment) {
  const button = (text, work) => {
    const made = element("button", text, { type: "button" });
    made.addEventListener("click", () => attempt(work));
    return [made];
  };
  if (payment.state === "failed") {
    return button("Try again", async () => {
      await start(await call("POST", `/orders/${payment.order}/payments/`, { payment_method: payment.method }));
    });
  }
  if (payment.state === "waiting" && payment.pay_url) {
    return button("Go to the payment page", () => leaveFor(payment.pay_url));
  }
  if (payment.state === "waiting" && document.body.dataset.phone) {
    return [element("a", "Open the simulated phone", { href: document.body.dataset.phone, target: "_blank" })];
  }
  return [];
}

// Asks for the payment's state every two seconds while it is open. The socket only tells about orders.
async function watch(payment) {
  clearTimeout(watching);
  showPayment(payment);
  if (!["waiting", "unknown"].includes(payment.state)) return;
  watching = setTimeout(async () => {
    // When the request fails, it is sent again two seconds later.
    watch(await call("GET", `/payments/${payment.id}/`).catch(() => payment));
  }, 2000);
}

function showOrder(number, status, isNew) {
  const row = orders.get(number) ?? element("li");
  row.replaceChildren(element("span", `Order #${number}`), element("span", status, { className: "status" }));
  row.classList.toggle("fresh", isNew);
  if (!orders.has(number)) byId("orders").prepend(row);
  orders.set(number, row);
}

async function signIn(form) {
  tokens = await call("POST", "/auth/token/", Object.fromEntries(form));
  await welcome();
}

// Signs in again after the gateway's page, and shows the payment that the URL names.
async function comeBack() {
  tokens = { refresh: sessionStorage.getItem("refresh") };
  sessionStorage.removeItem("refresh");
  const payment = new URLSearchParams(location.search).get("payment");
  history.replaceState(null, "", location.pathname);
  if (!tokens.refresh || !(await refresh())) {
    tokens = null;
    throw new Error("Please sign in to see your payment.");
  }
  await welcome();
  await watch(await call("GET", `/payments/${encodeURIComponent(payment)}/`));
}

async function welcome() {
  const me = await call("GET", "/auth/me/");
  byId("sign-in").hidden = true;
  byId("who").textContent = `Signed in as ${me.username}.`;
  byId("who").hidden = false;
  await showCart(await call("GET", "/cart/"));
  const known = await call("GET", "/orders/?page_size=10");
  known.results.reverse().forEach((order) => showOrder(order.number, order.status, false));
  await listen();
}

// Connects the socket. It only tells sooner what happened; the list of notifications is the record, so that is read
// after each connect.
async function listen() {
  const { ticket, url } = await call("POST", "/notifications/ticket");
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}${url}?ticket=${encodeURIComponent(ticket)}`);
  socket.onopen = () => { byId("socket").textContent = "connected"; attempt(catchUp); };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    byId("socket").textContent = "not connected";
    setTimeout(() => attempt(listen), 3000);
  };
}

function hear(message) {
  if (message.type !== "order_update") return;
  lastNotification = message.id;
  showOrder(message.order_number, message.status, true);
}

async function catchUp() {
  const missed = await call("GET", `/notifications/?since=${lastNotification}&page_size=100`);
  const isFirst = lastNotification === "";
  missed.results.reverse().forEach((told) => {
    lastNotification = told.id;
    if (told.order && !isFirst) showOrder(told.order, told.status, true);
  });
}

byId("search").addEventListener("submit", (event) => { event.preventDefault(); attempt(() => showProducts(true)); });
byId("sign-in").addEventListener("submit", (event) => { event.preventDefault(); attempt(() => signIn(new FormData(event.target))); });
byId("more").firstElementChild.addEventListener("click", () => attempt(() => showProducts(false)));
attempt(() => showProducts(true));
if (new URLSearchParams(location.search).has("payment")) attempt(comeBack);
