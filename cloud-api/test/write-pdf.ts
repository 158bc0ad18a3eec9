/** A PDF of one page, with these lines among its objects (ISO 32000-2 §7.5). */
export const writePdf = (...objects: (string | Buffer)[]): Buffer =>
  Buffer.concat(
    [
      "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
      "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
      "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>\nendobj\n",
      ...objects,
      "\ntrailer\n<< /Root 1 0 R /Size 9 >>\nstartxref\n0\n%%EOF\n",
    ].map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)),
  );
