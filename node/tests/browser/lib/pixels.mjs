// The pixels of a PNG. Chromium decodes it, on a page of its own, away from the one that is tested.

export async function pixels(browser, png) {
  const page = await browser.newPage();
  const { width, height, base64 } = await page.evaluate(async (encoded) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${encoded}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let bytes = "";
    for (let at = 0; at < data.length; at += 0x8000) bytes += String.fromCharCode(...data.subarray(at, at + 0x8000));
    return { width: image.width, height: image.height, base64: btoa(bytes) };
  }, png.toString("base64"));
  await page.close();
  return { width, height, rgba: Uint8ClampedArray.from(Buffer.from(base64, "base64")) };
}
