import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Looks again at what another tab may have changed: when the element appears, and each time that a person comes back to the page. */
export class WhenSeen implements ReactiveController {
  readonly #look: () => void;

  constructor(host: ReactiveControllerHost, look: () => void) {
    this.#look = () => {
      if (document.visibilityState === 'visible') look();
    };
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#look);
    this.#look();
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#look);
  }
}
