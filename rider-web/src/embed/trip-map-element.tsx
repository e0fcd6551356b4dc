import type { TokenSource } from '@tripcast/client';
import { isTripId } from '@tripcast/protocol';
import { createRoot, type Root } from 'react-dom/client';
import { loadStreets } from '../trips/city-streets.ts';
import { FollowedTrip } from '../trips/followed-trip.ts';
import { readSiteConfig } from '../trips/site-config.ts';
import { accessOf } from '../trips/trip-access.ts';
import type { TripFacts } from '../trips/trip-facts.ts';
import { chooseLanguage, WordsIn, wordsIn } from '../words/index.ts';
import css from './embed.css?inline';
import { EmbeddedRide } from './embedded-ride.tsx';
import { eventsBetween } from './ride-events.ts';

/** The node that this file came from. */
const OWN_SERVER = new URL(import.meta.url).origin;

/** The pages' tokens are `:root`'s. A constructed sheet is no inline style: no page's policy forbids it. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(css.replaceAll(':root', ':host'));

interface Shown {
  root: Root;
  followed: FollowedTrip;
}

/**
 * `<trip-map trip token server? lang?>`: a ride on any page. It follows while it is in a document, and starts anew when
 * an attribute or `token` changes. Its events are `RideEvents`; they bubble.
 */
export class TripMapElement extends HTMLElement {
  static readonly observedAttributes = ['trip', 'token', 'server', 'lang'];

  #token: TokenSource | undefined;
  #shown: Shown | undefined;
  #isDue = false;

  /** The rider's token, or what gives a fresh one for each connection attempt. Set, it goes before the attribute. */
  get token(): TokenSource | undefined {
    return this.#token ?? this.getAttribute('token') ?? undefined;
  }

  set token(token: TokenSource | undefined) {
    this.#token = token;
    this.#startSoon();
  }

  connectedCallback(): void {
    this.#startSoon();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  attributeChangedCallback(): void {
    this.#startSoon();
  }

  /** Once for all attributes that change together. */
  #startSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#stop();
      if (this.isConnected) this.#start();
    });
  }

  #start(): void {
    const { token } = this;
    const tripId = this.getAttribute('trip');
    if (!token || !isTripId(tripId)) return; // its page may set them later
    const url = this.getAttribute('server') ?? OWN_SERVER;
    const config = readSiteConfig(url, (input, init) => fetch(input, init)).then((read) => ({
      ...read,
      filesUrl: url,
    }));
    const followed = new FollowedTrip({
      url,
      tripId,
      token,
      loadStreets: async () => loadStreets(url, (await config).city),
    });
    let told: TripFacts | undefined;
    const tell = () => {
      const before = told;
      told = followed.facts();
      for (const { name, detail } of eventsBetween(before, told)) {
        this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
      }
    };
    followed.subscribe(tell);
    const spoken = this.closest<HTMLElement>('[lang]')?.lang;
    const words = wordsIn(
      chooseLanguage(spoken ? [spoken, ...navigator.languages] : navigator.languages, null),
    );
    const root = createRoot(this.#mount());
    root.render(
      <WordsIn words={words}>
        <EmbeddedRide
          followed={followed}
          access={accessOf(typeof token === 'string' ? token : '', tripId)}
          config={config}
        />
      </WordsIn>,
    );
    this.#shown = { root, followed };
  }

  #mount(): HTMLElement {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheet];
    const mount = document.createElement('div');
    mount.className = 'embed-root';
    shadow.replaceChildren(mount);
    return mount;
  }

  /** May be called twice. */
  #stop(): void {
    this.#shown?.root.unmount();
    this.#shown?.followed.close();
    this.#shown = undefined;
    this.shadowRoot?.replaceChildren();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'trip-map': TripMapElement;
  }
}
