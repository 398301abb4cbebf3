// Signing in and out, and putting the parts together.

import { call, keep, refreshToken, signedIn } from "./api.js";
import { follow, loadImports } from "./imports.js";
import "./preview.js";
import { loadPlatforms, loadShops } from "./shops.js";
import { $, during, onSubmit, tell, whenSessionEnds } from "./ui.js";

function shell() {
  $("sign-in").hidden = signedIn();
  for (const id of ["work", "sign-out", "who"]) $(id).hidden = !signedIn();
}

async function enter() {
  const me = await call("GET", "/auth/me");
  $("who").textContent = me.email;
  await loadPlatforms();
  await Promise.all([loadImports(), loadShops()]);
  shell();
  follow();
}

onSubmit("sign-in-form", async (form) => {
  const path = form.get("action") === "register" ? "/auth/register" : "/auth/login";
  keep(await call("POST", path, { email: form.get("email"), password: form.get("password") }));
  await enter();
  $("preview-form").elements.url.focus();
});

$("sign-out").addEventListener("click", () =>
  during($("sign-out"), async () => {
    // Signed out here in any case; the server forgets the session when it can be reached.
    await call("POST", "/auth/logout", { refresh_token: refreshToken() }).catch(() => {});
    keep(null);
    location.reload();
  }),
);

whenSessionEnds(() => {
  shell();
  tell("Your session has ended. Please sign in again.");
});

/** In the demo world the forms are filled in with what works there. */
async function demo() {
  const answer = await fetch("/demo.json");
  if (!answer.ok) return;
  const { login, products, stores } = await answer.json();
  $("demo-badge").hidden = false;
  const fill = (form, values) => {
    for (const [name, value] of Object.entries(values)) if (value) $(form).elements[name].defaultValue = value;
  };
  fill("sign-in-form", login);
  fill("preview-form", { url: products[0]?.url });
  fill("shop-form", { store_name: "Demo shop", store_url: stores[0]?.store_url, api_key: stores[0]?.api_key });
  $("examples").replaceChildren(...products.map((product) => new Option("", product.url)));
}

await demo().catch(() => {});
await during(null, async () => {
  if (signedIn()) await enter();
});
shell();
