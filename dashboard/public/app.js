import { ApiError, call, keep, listen, picture, signedIn } from "./api.js";

const $ = (id) => document.getElementById(id);
const jobs = new Map();
const steps = new Map();
let previewed = null;

function notice(text) {
  $("notice").textContent = text ?? "";
  $("notice").hidden = !text;
}

/** Runs a form's or button's work: one at a time, errors in words. */
async function during(control, work) {
  notice(null);
  if (control) control.disabled = true;
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401 && !signedIn()) return show();
    notice(error.message);
  } finally {
    if (control) control.disabled = false;
  }
}

const onSubmit = (id, work) =>
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    during(event.submitter, () => work(new FormData(event.target, event.submitter), event.target));
  });

// --- imports -----------------------------------------------------------------

function title(job) {
  return job.product_data?.title ?? job.product_url ?? job.source;
}

function drawImport(job) {
  const known = document.querySelector(`li[data-id="${job.id}"]`);
  const item = known ?? $("import-item").content.cloneNode(true).firstElementChild;
  item.dataset.id = job.id;
  const badge = item.querySelector(".status");
  badge.textContent = job.status;
  badge.className = `badge status ${job.status}`;
  item.querySelector(".title").textContent = title(job);
  item.querySelector("progress").value = job.progress_percent;
  item.querySelector("progress").setAttribute("aria-label", `Progress of ${title(job)}`);
  const step = item.querySelector(".step");
  step.textContent = job.error_message ?? steps.get(job.id) ?? "";
  step.className = `step muted ${job.status === "failed" ? "failed" : ""}`;
  const link = item.querySelector(".shop-link");
  link.hidden = !job.store_product_url;
  if (job.store_product_url) link.href = job.store_product_url;
  item.querySelector(".cancel").hidden = !["pending", "running"].includes(job.status);
  item.querySelector(".retry").hidden = !["failed", "cancelled"].includes(job.status);
  if (!known) $("imports").prepend(item);
  $("no-imports").hidden = true;
}

function take(job) {
  jobs.set(job.id, job);
  drawImport(job);
}

$("imports").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const id = button.closest("li").dataset.id;
  const action = button.classList.contains("cancel") ? "cancel" : "retry";
  during(button, async () => take(await call("POST", `/imports/${id}/${action}`)));
});

async function loadImports() {
  const { items } = await call("GET", "/imports?limit=20");
  for (const job of items.reverse()) take(job);
  $("no-imports").hidden = jobs.size > 0;
}

// --- preview and import ------------------------------------------------------

onSubmit("preview-form", async (form) => {
  $("preview").hidden = true;
  const product = await call("POST", "/products/preview", { url: form.get("url") });
  previewed = product;
  $("preview-title").textContent = product.title;
  const shipping = product.shipping_info;
  $("preview-facts").textContent = [
    `${product.price.toFixed(2)} ${product.currency}`,
    product.supplier_name,
    product.rating && `rated ${product.rating}`,
    product.order_count && `${product.order_count}+ sold`,
    shipping && `shipping ${shipping.cost.toFixed(2)}, ${shipping.estimated_days ?? "?"} days`,
  ].filter(Boolean).join(" · ");
  $("preview-options").replaceChildren(
    ...product.variants.map((axis) => {
      const line = document.createElement("p");
      line.textContent = `${axis.name}: ${axis.options.join(", ")}`;
      return line;
    }),
  );
  $("preview-image").hidden = product.images.length === 0;
  $("preview").hidden = false;
  if (product.images.length) {
    $("preview-image").src = await picture(product.images[0]).catch(() => "icon.svg");
  }
});

onSubmit("import-form", async (form) => {
  const config = { markup_percent: Number(form.get("markup")) };
  const tags = form.get("tags").split(",").map((tag) => tag.trim()).filter(Boolean);
  if (tags.length) config.tags = tags;
  if (form.get("publish")) config.status = "active";
  take(await call("POST", "/imports", {
    product_url: previewed.source_url,
    source: previewed.source,
    store_id: form.get("store_id") || null,
    config,
  }));
});

// --- shops -------------------------------------------------------------------

async function loadShops() {
  const { items } = await call("GET", "/connections");
  $("shops").replaceChildren(
    ...items.map((shop) => {
      const line = document.createElement("li");
      line.textContent = `${shop.store_name} · ${shop.platform} · ${shop.store_url}${shop.is_default ? " · default" : ""}`;
      return line;
    }),
  );
  $("import-form").elements.store_id.replaceChildren(
    ...items.map((shop) => new Option(shop.store_name, shop.id, shop.is_default, shop.is_default)),
  );
}

async function loadPlatforms() {
  const { items } = await call("GET", "/plugins");
  const stores = items.filter((plugin) => plugin.kind === "store");
  $("shop-form").elements.platform.replaceChildren(...stores.map((plugin) => new Option(plugin.name, plugin.id)));
}

onSubmit("shop-form", async (form, element) => {
  await call("POST", "/connections", Object.fromEntries(form));
  element.reset();
  element.closest("details").open = false;
  await loadShops();
});

// --- session -----------------------------------------------------------------

onSubmit("sign-in-form", async (form) => {
  const path = form.get("action") === "register" ? "/auth/register" : "/auth/login";
  keep(await call("POST", path, { email: form.get("email"), password: form.get("password") }));
  await show();
});

$("sign-out").addEventListener("click", () => {
  keep(null);
  location.reload();
});

/** Reconnects for as long as the merchant is signed in. */
async function follow() {
  while (signedIn()) {
    try {
      $("live").classList.add("on");
      await listen(async (name, data) => {
        if (!name.startsWith("import")) return;
        const id = data.id ?? data.import_id;
        if (data.message) steps.set(id, data.message);
        take(await call("GET", `/imports/${id}`));
      });
    } catch {
      $("live").classList.remove("on");
    }
    await new Promise((resume) => setTimeout(resume, 2000));
  }
}

async function show() {
  $("sign-in").hidden = signedIn();
  $("work").hidden = !signedIn();
  $("sign-out").hidden = !signedIn();
  if (!signedIn()) return;
  const me = await call("GET", "/auth/me");
  $("who").textContent = me.email;
  await Promise.all([loadImports(), loadShops(), loadPlatforms()]);
  follow();
}

/** In the demo world the form is filled in with the demo login. */
async function demo() {
  const answer = await fetch("/demo.json");
  if (!answer.ok) return;
  const { login, products } = await answer.json();
  $("demo-badge").hidden = false;
  $("sign-in-form").elements.email.value = login.email;
  $("sign-in-form").elements.password.value = login.password;
  $("preview-form").elements.url.value = products[0]?.url ?? "";
}

await during(null, async () => {
  await demo().catch(() => {});
  await show();
});
