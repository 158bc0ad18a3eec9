import { useGetPuck } from "@puckeditor/core";
import { usePuckStore, ZONE } from "./puck-store.ts";

type Fields = Record<string, unknown>;

/**
 * Changes the block that is chosen now, whenever that is called: what is made of a file takes its time,
 * and meanwhile words are written, blocks are moved and others are chosen.
 */
export function useLateChange(): (edit: (fields: Fields) => Fields) => void {
  const id = usePuckStore((store) => store.selectedItem?.props.id);
  const getPuck = useGetPuck();
  return (edit) => {
    const { appState, dispatch } = getPuck();
    const { content } = appState.data;
    const at = content.findIndex(({ props }) => props.id === id);
    const block = content[at];
    // Taken away meanwhile.
    if (!block) return;
    const props = { ...block.props, ...edit(block.props) };
    dispatch({
      ...{ type: "replace", destinationIndex: at, destinationZone: ZONE },
      data: { ...block, props },
    });
  };
}
