/** The one function of the package that is used here; it brings no types of its own. */
declare module "qrcode" {
  function drawText(text: string, options: { type: "svg"; margin: number }): Promise<string>;

  export { drawText as toString };
}
