// The merchant's shops: connecting, checking, disconnecting.

import { call } from "./api.js";
import { $, during, element, onSubmit, tell } from "./ui.js";

let platforms = [];

const platformName = (id) => platforms.find((platform) => platform.id === id)?.name ?? id;

function button(text, shop, work) {
  const made = element("button", text, "quiet");
  made.type = "button";
  made.ariaLabel = `${text}: ${shop.store_name}`;
  made.addEventListener("click", () => during(made, work));
  return made;
}

function line(shop) {
  const item = element("li");
  const row = element("div", undefined, "line");
  const name = element("div", undefined, "grow");
  name.append(element("strong", shop.store_name));
  if (shop.is_default) name.append(" ", element("span", "default", "badge"));
  const facts = [platformName(shop.platform), shop.store_url, shop.currency].filter(Boolean);
  name.append(element("div", facts.join(" · "), "muted small"));
  row.append(
    name,
    button("Check", shop, async () => {
      const { works, problem } = await call("POST", `/connections/${shop.id}/check`);
      await loadShops();
      tell(works ? `${shop.store_name} answers and accepts the key.` : problem, works ? "news" : "problem");
    }),
    button("Disconnect", shop, async () => {
      if (!confirm(`Disconnect ${shop.store_name}? Its products stay in the shop.`)) return;
      await call("DELETE", `/connections/${shop.id}`);
      await loadShops();
      $("shops-title").focus();
    }),
  );
  item.append(row);
  if (shop.problem) item.append(element("p", shop.problem, "step failed"));
  return item;
}

export async function loadShops() {
  const { items } = await call("GET", "/connections");
  $("shops").replaceChildren(...items.map(line));
  const none = items.length === 0;
  $("no-shops").hidden = !none;
  if (none) $("connect").open = true;
  $("import-form").hidden = none;
  $("shop-needed").hidden = !none;
  $("import-form").elements.store_id.replaceChildren(
    ...items.map((shop) => new Option(shop.store_name, shop.id, shop.is_default, shop.is_default)),
  );
}

export async function loadPlatforms() {
  const { items } = await call("GET", "/plugins");
  platforms = items.filter((plugin) => plugin.kind === "store");
  $("shop-form").elements.platform.replaceChildren(...platforms.map((platform) => new Option(platform.name, platform.id)));
}

/** A shop that refuses the key is not kept; the form stays filled in to be corrected. */
onSubmit("shop-form", async (form, entered) => {
  const shop = await call("POST", "/connections", Object.fromEntries(form));
  const { works, problem } = await call("POST", `/connections/${shop.id}/check`);
  if (!works) {
    await call("DELETE", `/connections/${shop.id}`);
    await loadShops();
    entered.elements.api_key.focus();
    return tell(`Not connected. ${problem}`);
  }
  entered.reset();
  $("connect").open = false;
  await loadShops();
  $("shops-title").focus();
  tell(`${shop.store_name} is connected.`, "news");
});
