// The template's stand-in for RxJS: a promise with the few operators that the generated code uses.

export class Observable {
  constructor(promise) {
    this.promise = promise;
  }

  toPromise() {
    return this.promise;
  }

  pipe(callback) {
    return new Observable(callback(this.promise));
  }
}

export function from(promise) {
  return new Observable(promise);
}

export function of(value) {
  return new Observable(Promise.resolve(value));
}

export function mergeMap(callback) {
  return (promise) => promise.then(callback).then((observable) => observable.toPromise());
}

export function map(callback) {
  return (promise) => promise.then(callback);
}
