/** Of the questions, on a page and on one of their own. Nothing in it needs escaping. */
export const SURVEY_STYLE = `.survey{margin:.5rem 0 1.5rem;padding:1.25rem;border-radius:1.125rem;background:var(--wash)}
.survey h2{margin:0 0 .35rem}
.survey form{margin:.75rem 0 0}
.ask{margin:0 0 1.5rem}
.ask legend{font-size:1.0625rem;line-height:1.4;margin:0 0 .6rem}
.ask .opt{display:flex;align-items:center;gap:.75rem;margin:0 0 .5rem;min-height:3.25rem;padding:.6rem 1rem;border:1.5px solid var(--edge);border-radius:.875rem;background:var(--card);font-weight:400;font-size:1.0625rem;line-height:1.4;cursor:pointer}
.ask .opt input{flex:none;width:1.5rem;height:1.5rem;margin:0;padding:0;accent-color:var(--link)}
.rate{display:flex;gap:.4rem}
.rate .star,.rate button{flex:1;min-width:0;min-height:3.25rem;padding:.4rem 0;display:grid;place-items:center;margin:0;border:1.5px solid var(--edge);border-radius:.875rem;background:var(--card);color:var(--words);box-shadow:none;font:600 1.25rem/1 var(--sans);cursor:pointer}
.rate .star input{width:1.35rem;height:1.35rem;margin:.2rem 0 0;padding:0;accent-color:var(--link)}
.rate:not(.scale) .star,.rate:not(.scale) button{gap:.15rem;font-size:1rem}
.rate i{font-style:normal;font-size:1.5rem;color:var(--link)}
.ask .opt input,.rate .star input{-webkit-appearance:auto;appearance:auto}
.ask .opt:has(:checked),.rate .star:has(:checked){border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link)}
.scale{flex-wrap:wrap}
.scale .star,.scale button{flex:0 0 calc((100% - 2rem)/6)}
.ends{display:flex;justify-content:space-between;gap:1rem;margin:.4rem 0 0;font-size:.875rem;color:var(--quiet)}
.ask textarea{display:block;width:100%;min-height:6.5rem;padding:.75rem 1rem;border:1.5px solid var(--edge);border-radius:.875rem;background:var(--card);color:inherit;font:inherit;font-size:1.0625rem;resize:vertical}
.ask input[type=date]{display:block;width:100%;min-height:3.25rem;padding:.6rem 1rem;border:1.5px solid var(--edge);border-radius:.875rem;background:var(--card);color:inherit;font:inherit;font-size:1.0625rem}
.quick{margin:0}
.quick button.opt{width:100%;justify-content:flex-start;color:var(--words);box-shadow:none;font-family:var(--sans);text-align:start}`;
