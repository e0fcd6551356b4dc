/** How the node that serves the page wants its map drawn. */
export interface SiteConfig {
  /** A raster tile template, `https://…/{z}/{x}/{y}.png`; without it the streets are drawn from the city's extract. */
  readonly tileUrl?: string;
  readonly tileAttribution?: string;
  /** The extract's name: `/cities/{city}.json`. */
  readonly city: string;
  /** The node that has the extract, where it isn't the page's own. */
  readonly filesUrl?: string;
}

export const DEFAULT_SITE_CONFIG: SiteConfig = { city: 'montevideo' };

/** The node's `/config.json`; the default where a node has none. */
export async function readSiteConfig(url: string, fetch: typeof globalThis.fetch): Promise<SiteConfig> {
  try {
    const response = await fetch(`${url}/config.json`);
    if (!response.ok) return DEFAULT_SITE_CONFIG;
    return { ...DEFAULT_SITE_CONFIG, ...((await response.json()) as Partial<SiteConfig>) };
  } catch {
    return DEFAULT_SITE_CONFIG; // offline, or not JSON: streets can still be drawn
  }
}
