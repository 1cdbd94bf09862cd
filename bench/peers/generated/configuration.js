// The template's configuration.ts, auth/auth.ts and middleware.ts.
import { IsomorphicFetchHttpLibrary } from './http.js';
import { from } from './rxjs-stub.js';
import { server1 } from './servers.js';

export class ApiKeyAuthAuthentication {
  constructor(apiKey) {
    this.apiKey = apiKey;
  }

  getName() {
    return 'ApiKeyAuth';
  }

  applySecurityAuthentication(context) {
    context.setHeaderParam('x-maytapi-key', this.apiKey);
  }
}

export function configureAuthMethods(config) {
  const authMethods = {};
  if (!config) return authMethods;
  authMethods['default'] = config['default'];
  if (config['ApiKeyAuth']) authMethods['ApiKeyAuth'] = new ApiKeyAuthAuthentication(config['ApiKeyAuth']);
  return authMethods;
}

export class PromiseMiddlewareWrapper {
  constructor(middleware) {
    this.middleware = middleware;
  }

  pre(context) {
    return from(this.middleware.pre(context));
  }

  post(context) {
    return from(this.middleware.post(context));
  }
}

export function createConfiguration(conf = {}) {
  const configuration = {
    baseServer: conf.baseServer !== undefined ? conf.baseServer : server1,
    httpApi: conf.httpApi || new IsomorphicFetchHttpLibrary(),
    middleware: conf.middleware || [],
    authMethods: configureAuthMethods(conf.authMethods),
  };
  if (conf.promiseMiddleware) conf.promiseMiddleware.forEach((middleware) => configuration.middleware.push(new PromiseMiddlewareWrapper(middleware)));
  return configuration;
}
