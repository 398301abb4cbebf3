/**
 * Typed client of the SourcePilot API.
 *
 * The types come from the API's own description (`schema.gen.ts`); nothing here
 * knows an operation. It adds what every caller needs: credentials, one renewal of an
 * access token that has ended, and errors as exceptions with the service's sentence.
 */
import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { components, operations, paths } from "./schema.gen.js";

export type { components, operations, paths };

/** The named schemas, such as `Schemas["Job"]`. */
export type Schemas = components["schemas"];

/** A pair of tokens as a login gives it. */
export type Tokens = Pick<Schemas["Tokens"], "access_token" | "refresh_token">;

/** How the client proves who asks: a key for programs, or the tokens of a login. */
export type Credentials = { readonly apiKey: string } | { readonly tokens: Tokens };

export interface Options {
  /** Where the service is, such as `https://sourcepilot.example`. */
  readonly baseUrl: string;
  /** Without them only public operations answer. */
  readonly credentials?: Credentials;
  /** Called with each new pair of tokens, to be kept. */
  readonly onTokens?: (tokens: Tokens) => void;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** One fault of a request's fields. */
export type Fault = Schemas["InvalidField"];

/** An answer that is a refusal. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** The HTTP status. */
    readonly status: number,
    /** The service's sentence, or all faults of the fields in one. */
    message: string,
    /** The faults of a 422, else empty. */
    readonly faults: readonly Fault[],
    /** The request's id, for the service's log. */
    readonly requestId: string | null,
    /** After so many seconds another try makes sense. */
    readonly retryAfter: number | null,
  ) {
    super(message);
  }

  /** The error that an answer means. */
  static of(response: Response, body: unknown): ApiError {
    const detail = (body as { detail?: unknown } | undefined)?.detail;
    const faults = Array.isArray(detail) ? (detail as Fault[]) : [];
    const sentence = faults.map((fault) => `${fault.loc.join(".")}: ${fault.msg}`).join("; ");
    const said = typeof detail === "string" ? detail : sentence;
    const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
    return new ApiError(
      response.status,
      said === "" ? response.statusText : said,
      faults,
      response.headers.get("x-request-id"),
      Number.isFinite(wait) ? wait : null,
    );
  }
}

/** A client for one caller. */
export class SourcePilot {
  /** Every operation, by method and path, typed by the description. */
  readonly api: Client<paths>;

  #credentials: Credentials | undefined;
  #renewal: Promise<boolean> | undefined;
  readonly #options: Options;
  readonly #fetch: typeof globalThis.fetch;

  constructor(options: Options) {
    this.#options = options;
    this.#credentials = options.credentials;
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.api = createClient<paths>({ baseUrl: options.baseUrl, fetch: (request) => this.#send(request) });
    this.api.use(signedBy(() => this.#credentials));
  }

  /** Log in; the client goes on as this user. */
  async login(email: string, password: string): Promise<Tokens> {
    const tokens = unwrap(await this.api.POST("/api/v1/auth/login", { body: { email, password } }));
    this.#keep(tokens);
    return tokens;
  }

  #keep(tokens: Tokens): void {
    const { access_token, refresh_token } = tokens;
    this.#credentials = { tokens: { access_token, refresh_token } };
    this.#options.onTokens?.({ access_token, refresh_token });
  }

  /** Send a request; when the access token has ended, renew it and send once more. */
  async #send(request: Request): Promise<Response> {
    const again = request.clone();
    const response = await this.#fetch(request);
    const isAuth = new URL(request.url).pathname.startsWith("/api/v1/auth/");
    if (response.status !== 401 || isAuth || !(await this.#renew())) {
      return response;
    }
    sign(again.headers, this.#credentials);
    return this.#fetch(again);
  }

  /** One renewal for all requests that wait for it. */
  #renew(): Promise<boolean> {
    this.#renewal ??= this.#exchange().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #exchange(): Promise<boolean> {
    const held = this.#credentials;
    if (held === undefined || !("tokens" in held)) {
      return false;
    }
    const body = { refresh_token: held.tokens.refresh_token };
    const { data } = await this.api.POST("/api/v1/auth/refresh", { body });
    if (data !== undefined) {
      this.#keep(data);
    }
    return data !== undefined;
  }
}

/** The body of an answer. Throws an {@link ApiError} when it is a refusal. */
export function unwrap<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (!answer.response.ok) {
    throw ApiError.of(answer.response, answer.error);
  }
  return answer.data as T;
}

function signedBy(credentials: () => Credentials | undefined): Middleware {
  return {
    onRequest({ request }) {
      sign(request.headers, credentials());
      return request;
    },
  };
}

function sign(headers: Headers, credentials: Credentials | undefined): void {
  if (credentials === undefined) {
    return;
  }
  if ("apiKey" in credentials) {
    headers.set("X-API-Key", credentials.apiKey);
  } else {
    headers.set("Authorization", `Bearer ${credentials.tokens.access_token}`);
  }
}
