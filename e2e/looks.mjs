// The ways a scene is looked at: wide, as on a phone, narrow, each in light and in dark.

export const WIDTHS = [1280, 390, 320];

export const looks = WIDTHS.flatMap(width => ['light', 'dark'].map(scheme => ({ width, scheme })));

/** Turns a page that is open to a look. */
export async function wear(page, { width, scheme }) {
  await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
  await page.emulateMedia({ colorScheme: scheme });
  // Painted, not only said.
  await page.evaluate(() => new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
}
