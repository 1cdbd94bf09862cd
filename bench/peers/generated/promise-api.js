// The template's types/ObservableAPI.ts and types/PromiseAPI.ts.
import { from, map, mergeMap, of } from './rxjs-stub.js';
import { MessageSendingOperationsApiRequestFactory, MessageSendingOperationsApiResponseProcessor } from './sending.js';

class ObservableMessageSendingOperationsApi {
  constructor(configuration, requestFactory, responseProcessor) {
    this.configuration = configuration;
    this.requestFactory = requestFactory || new MessageSendingOperationsApiRequestFactory(configuration);
    this.responseProcessor = responseProcessor || new MessageSendingOperationsApiResponseProcessor();
  }

  phoneIdSendMessagePostWithHttpInfo(phoneId, phoneIdSendMessagePostRequest, options) {
    const config = options || this.configuration;
    const requestContextPromise = this.requestFactory.phoneIdSendMessagePost(phoneId, phoneIdSendMessagePostRequest, options);
    let middlewarePreObservable = from(requestContextPromise);
    for (const middleware of config.middleware) {
      middlewarePreObservable = middlewarePreObservable.pipe(mergeMap((ctx) => middleware.pre(ctx)));
    }
    return middlewarePreObservable.pipe(mergeMap((ctx) => config.httpApi.send(ctx))).pipe(
      mergeMap((response) => {
        let middlewarePostObservable = of(response);
        for (const middleware of config.middleware) {
          middlewarePostObservable = middlewarePostObservable.pipe(mergeMap((rsp) => middleware.post(rsp)));
        }
        return middlewarePostObservable.pipe(map((rsp) => this.responseProcessor.phoneIdSendMessagePostWithHttpInfo(rsp)));
      }),
    );
  }

  phoneIdSendMessagePost(phoneId, phoneIdSendMessagePostRequest, options) {
    return this.phoneIdSendMessagePostWithHttpInfo(phoneId, phoneIdSendMessagePostRequest, options).pipe(map((apiResponse) => apiResponse.data));
  }
}

export class PromiseMessageSendingOperationsApi {
  constructor(configuration, requestFactory, responseProcessor) {
    this.api = new ObservableMessageSendingOperationsApi(configuration, requestFactory, responseProcessor);
  }

  phoneIdSendMessagePostWithHttpInfo(phoneId, phoneIdSendMessagePostRequest, options) {
    return this.api.phoneIdSendMessagePostWithHttpInfo(phoneId, phoneIdSendMessagePostRequest, options).toPromise();
  }

  phoneIdSendMessagePost(phoneId, phoneIdSendMessagePostRequest, options) {
    return this.api.phoneIdSendMessagePost(phoneId, phoneIdSendMessagePostRequest, options).toPromise();
  }
}
