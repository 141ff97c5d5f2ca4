// The shop window: a client of /api/v1/ like any other. Everything shown is set as text, never as HTML.
"use strict";

const api = "/api/v1";
const byId = (id) => document.getElementById(id);
const orders = new Map();
let tokens = null;
let page = 1;
let lastNotification = 0;

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

// Runs what a click asked for, and shows why it was refused.
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
  if (!tokens) throw new Error("Sign in first.");
  let item = { product: product.id };
  const { variants } = await call("GET", `/products/${product.id}/`);
  if (variants.length > 1) {
    const free = variants.find((variant) => variant.stock === null || variant.stock > 0);
    item = { variant: (free ?? variants[0]).id };
  }
  showCart(await call("POST", "/cart/items/", { ...item, quantity: 1 }));
}

function showCart(cart) {
  if (!cart.items.length) {
    byId("cart-lines").replaceChildren(element("p", "Empty.", { className: "quiet" }));
    return;
  }
  const list = element("ul");
  list.append(...cart.items.map((line) => {
    const row = element("li");
    const name = line.title ? `${line.name}, ${line.title}` : line.name;
    row.append(element("span", `${line.quantity} × ${name}`), element("span", line.total));
    return row;
  }));
  const order = element("button", `Order for ${cart.total} ${cart.currency}`, { type: "button" });
  // One key for one intent: a second click, or a retry after a lost connection, gets the same order.
  const key = crypto.randomUUID?.() ?? String(Math.random());
  order.addEventListener("click", () => attempt(() => place(cart, key)));
  byId("cart-lines").replaceChildren(list, order);
}

async function place(cart, key) {
  const body = { cart: cart.id, address: { street: "1 Main Street", city: "Springfield" }, payment_method: "cash_on_delivery" };
  const placed = await call("POST", "/orders/", body, { "Idempotency-Key": key });
  showOrder(placed.id, placed.status, false);
  showCart(await call("GET", "/cart/"));
}

function showOrder(id, status, isNews) {
  const row = orders.get(id) ?? element("li");
  row.replaceChildren(element("span", `Order #${id}`), element("span", status, { className: "status" }));
  row.classList.toggle("fresh", isNews);
  if (!orders.has(id)) byId("orders").prepend(row);
  orders.set(id, row);
}

async function signIn(form) {
  tokens = await call("POST", "/auth/token/", Object.fromEntries(form));
  const me = await call("GET", "/auth/me/");
  byId("sign-in").hidden = true;
  byId("who").textContent = `Signed in as ${me.username}.`;
  byId("who").hidden = false;
  showCart(await call("GET", "/cart/"));
  const known = await call("GET", "/orders/?page_size=10");
  known.results.reverse().forEach((order) => showOrder(order.id, order.status, false));
  await listen();
}

// The socket says what happened sooner; the list of notifications is the record, so it is read after each connect.
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
  lastNotification = Math.max(lastNotification, message.id);
  showOrder(message.order_id, message.status, true);
}

async function catchUp() {
  const missed = await call("GET", `/notifications/?since=${lastNotification}&page_size=100`);
  const isFirst = lastNotification === 0;
  missed.results.reverse().forEach((told) => {
    lastNotification = Math.max(lastNotification, told.id);
    if (!isFirst) showOrder(told.order, told.status, true);
  });
}

byId("search").addEventListener("submit", (event) => { event.preventDefault(); attempt(() => showProducts(true)); });
byId("sign-in").addEventListener("submit", (event) => { event.preventDefault(); attempt(() => signIn(new FormData(event.target))); });
byId("more").firstElementChild.addEventListener("click", () => attempt(() => showProducts(false)));
attempt(() => showProducts(true));
