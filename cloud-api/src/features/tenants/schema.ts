import { Type } from "typebox";

export const TenantReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.String(),
  brands: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      accentColour: Type.String(),
      logo: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

export const TenantBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
});
