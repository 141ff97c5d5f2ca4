// Asks for the link or, when opened from the link, sets the password. The token comes after the #, which browsers send
// to no server. The page takes it out of the address bar and the history at once.
"use strict";

const byId = (id) => document.getElementById(id);
const token = decodeURIComponent(location.hash.slice(1));
if (token) history.replaceState(null, "", location.pathname);

async function post(path, body) {
  const answer = await fetch(`/api/v1/auth/password/reset/${path}`, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const content = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(content.errors?.[0]?.message ?? content.detail);
  return content;
}

function serve(form, work) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("problem").hidden = true;
    form.querySelector("button").disabled = true;
    try {
      byId("done").textContent = await work(new FormData(form));
      byId("done").hidden = false;
      form.hidden = true;
    } catch (error) {
      byId("problem").textContent = error.message;
      byId("problem").hidden = false;
    } finally {
      form.querySelector("button").disabled = false;
    }
  });
}

if (token) {
  serve(byId("choose"), async (fields) => {
    await post("by-link/", { token, password: fields.get("password") });
    return "Your password has been changed. You can sign in with it now.";
  });
} else {
  serve(byId("ask"), async (fields) => (await post("", { email: fields.get("email") })).detail);
}
