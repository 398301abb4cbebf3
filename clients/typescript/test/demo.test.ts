/** The client against the served demo world; started by scripts/test-client. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, SourcePilot, unwrap, type Schemas, type Tokens } from "../src/index.js";

function setting(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set; run scripts/test-client`);
  return value;
}

const baseUrl = setting("SOURCEPILOT_URL");

async function merchant(): Promise<SourcePilot> {
  const client = new SourcePilot({ baseUrl });
  await client.login(setting("SOURCEPILOT_EMAIL"), setting("SOURCEPILOT_PASSWORD"));
  return client;
}

async function ended(client: SourcePilot, id: string): Promise<Schemas["Job"]> {
  for (let tries = 0; tries < 600; tries += 1) {
    const job = unwrap(await client.api.GET("/api/v1/imports/{job_id}", { params: { path: { job_id: id } } }));
    if (job.status !== "pending" && job.status !== "running") {
      return job;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the import does not end");
}

test("a product goes from search into the shop", async () => {
  const client = await merchant();
  const found = unwrap(
    await client.api.GET("/api/v1/products/search", { params: { query: { q: "bottle", source: "aliexpress" } } }),
  );
  const product_url = found.products[0]?.source_url;
  assert.ok(product_url, "something is found");
  const body = { product_url, source: "aliexpress" };
  const job = unwrap(await client.api.POST("/api/v1/imports", { body }));
  assert.equal(job.status, "pending");
  const done = await ended(client, job.id);
  assert.equal(done.status, "completed", done.error_message ?? "");
  assert.ok(done.store_product_url);
});

test("refusals are errors with the service's sentence", async () => {
  const client = await merchant();
  const body = { product_url: "https://shop.example/p", source: "zork" };
  await assert.rejects(
    async () => unwrap(await client.api.POST("/api/v1/imports", { body })),
    (error: unknown) =>
      error instanceof ApiError && error.status === 400 && error.message.startsWith("Invalid source 'zork'."),
  );
  const empty = { product_url: "", source: "aliexpress" };
  await assert.rejects(
    async () => unwrap(await client.api.POST("/api/v1/imports", { body: empty })),
    (error: unknown) => error instanceof ApiError && error.status === 422 && error.faults[0]?.type === "string_too_short",
  );
  const nobody = new SourcePilot({ baseUrl });
  await assert.rejects(
    async () => unwrap(await nobody.api.GET("/api/v1/imports", {})),
    (error: unknown) => error instanceof ApiError && error.status === 401 && error.requestId !== null,
  );
});

test("a token that has ended is renewed once for all who wait", async () => {
  const login = await (await merchant()).login(setting("SOURCEPILOT_EMAIL"), setting("SOURCEPILOT_PASSWORD"));
  const renewed: Tokens[] = [];
  const tokens = { access_token: "an.ended.token", refresh_token: login.refresh_token };
  const client = new SourcePilot({ baseUrl, credentials: { tokens }, onTokens: (pair) => renewed.push(pair) });
  const answers = await Promise.all([1, 2, 3].map(() => client.api.GET("/api/v1/connections", {})));
  assert.deepEqual(answers.map((answer) => answer.response.status), [200, 200, 200]);
  assert.equal(renewed.length, 1);
});

test("a key for programs opens what its scopes name", async () => {
  const client = await merchant();
  const made = unwrap(await client.api.POST("/api/v1/api-keys", { body: { name: "Reader", scopes: ["read"] } }));
  const reader = new SourcePilot({ baseUrl, credentials: { apiKey: made.key } });
  assert.ok(unwrap(await reader.api.GET("/api/v1/imports", {})).total >= 0);
  const body = { product_url: "https://shop.example/p", source: "manual" };
  const refused = await reader.api.POST("/api/v1/imports", { body });
  assert.equal(refused.response.status, 403);
});
