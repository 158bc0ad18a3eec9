import { Type } from "typebox";

export const BrandReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  accentColour: Type.String(),
  logo: Type.Union([Type.String(), Type.Null()]),
});

export const TenantReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.String(),
  brands: Type.Array(BrandReply),
});

export const TenantBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
});

export const BrandBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
  accentColour: Type.String({ pattern: "^#[0-9a-f]{6}$" }),
});
