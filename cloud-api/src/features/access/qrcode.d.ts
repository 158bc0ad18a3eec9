/** The functions of the package that are used here, and by tests; it brings no types of its own. */
declare module "qrcode" {
  type Squares = { size: number; data: Uint8Array };
  function create(text: string, options: { errorCorrectionLevel: "M" }): { modules: Squares };
  function drawText(text: string, options: { type: "svg"; margin: number }): Promise<string>;

  export { create, drawText as toString };
}
