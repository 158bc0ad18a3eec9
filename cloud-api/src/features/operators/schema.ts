import { type Static, Type } from "typebox";

const Moment = Type.Union([Type.String(), Type.Null()]);

export const TenantsQuery = Type.Object({
  search: Type.Optional(Type.String({ maxLength: 100 })),
  cursor: Type.Optional(Type.String({ pattern: "^[0-9]{1,9}$" })),
});

export const OperatedTenantsReply = Type.Object({
  tenants: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      createdAt: Type.String(),
      suspendedAt: Moment,
      branches: Type.Integer(),
      boxes: Type.Integer(),
      lastEventAt: Moment,
    }),
    { description: "The newest first" },
  ),
  nextCursor: Moment,
  total: Type.Integer(),
});
export type OperatedTenantsReply = Static<typeof OperatedTenantsReply>;

export const NewTenantBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
});
export const NewTenantReply = Type.Object({
  id: Type.String(),
  url: Type.String({ description: "Where its first owner makes their account, once" }),
});
export const OperatedTenantParams = Type.Object({ tenantId: Type.String({ format: "uuid" }) });
