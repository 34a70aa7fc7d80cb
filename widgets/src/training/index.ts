// Two widgets of one folder: the monitor of a training loop, and the mistakes of the trained network.
import type { RenderProps } from "@anywidget/types";
import { renderMistakes } from "./mistakes";
import type { MistakesModel, Model } from "./model";
import { renderMonitor } from "./monitor";

function render(props: RenderProps<Model | MistakesModel>): () => void {
  const isMonitor = props.model.get("kind") === "monitor";
  return isMonitor ? renderMonitor(props as unknown as RenderProps<Model>) : renderMistakes(props as unknown as RenderProps<MistakesModel>);
}

export default { render };
