import type { KnownTemplate } from '../settings/text';

/**
 * The forms that models of the known families read, in Jinja, each without a system's words of its own. A model writes such a form where it has the
 * control tokens in it; plain text ends a reply as it ends any text, so every model has it.
 */
export const SOURCES: Readonly<Record<KnownTemplate, string>> = {
  plain: `{{- bos_token -}}
{%- for turn in messages -%}
  {{- turn.content | trim -}}
  {{- eos_token if turn.role == 'assistant' else '\\n\\n' -}}
{%- endfor -%}`,
  chatml: `{%- for turn in messages -%}
  {{- '<|im_start|>' + turn.role + '\\n' + turn.content + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|im_start|>assistant\\n' -}}
{%- endif -%}`,
  gemma: `{{- bos_token -}}
{%- for turn in messages -%}
  {%- if turn.role == 'system' -%}
    {{- raise_exception('There is no turn of the system') -}}
  {%- endif -%}
  {{- '<start_of_turn>' + ('model' if turn.role == 'assistant' else 'user') + '\\n' -}}
  {{- turn.content | trim + '<end_of_turn>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<start_of_turn>model\\n' -}}
{%- endif -%}`,
  llama3: `{{- bos_token -}}
{%- for turn in messages -%}
  {{- '<|start_header_id|>' + turn.role + '<|end_header_id|>\\n\\n' + turn.content | trim + '<|eot_id|>' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
{%- endif -%}`,
};
