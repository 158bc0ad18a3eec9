import { type Static, Type } from "typebox";

const Degrees = Type.Number({ description: "Degrees of WGS 84; north and east are positive" });
const Place = Type.String({
  maxLength: 2000,
  description: "latitude,longitude in degrees; a link out of a map is read as well",
});

export const DensityReply = Type.Object({
  groups: Type.Array(
    Type.Object({
      south: Degrees,
      west: Degrees,
      side: Type.Number({ description: "Of the square, in degrees" }),
      customers: Type.Integer({
        description: "Those in it who are in none of the smaller squares within it",
      }),
    }),
    { description: "Squares that hold homes enough, the smaller before the larger" },
  ),
  elsewhere: Type.Integer({ description: "Who have a place and are in no square" }),
  placed: Type.Integer({ description: "Who have a place" }),
  total: Type.Integer({ description: "Customers" }),
  homesFewest: Type.Integer({ description: "No square holds fewer homes" }),
});
export type DensityReply = Static<typeof DensityReply>;

export const BranchPlacesReply = Type.Object({
  places: Type.Array(
    Type.Object({ branchId: Type.String({ format: "uuid" }), name: Type.String(), place: Place }),
    { description: "Of the branches whose place is known, by name" },
  ),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type BranchPlacesReply = Static<typeof BranchPlacesReply>;

export const BranchPlaceParams = Type.Object({ id: Type.String({ format: "uuid" }) });
export const BranchPlaceBody = Type.Object({
  place: Type.Union([Place, Type.Null()], { description: "Null: it is not known" }),
});
