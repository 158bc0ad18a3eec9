/** A workbook that cannot be read. */
export class WorkbookFault extends Error {
  override readonly name = "WorkbookFault";
  readonly fault: "workbook-broken" | "workbook-too-large" | "too-many-columns" | "too-many-rows";
  constructor(fault: WorkbookFault["fault"], options?: ErrorOptions) {
    super(fault, options);
    this.fault = fault;
  }
}
