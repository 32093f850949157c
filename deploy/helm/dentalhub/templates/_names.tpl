{{- define "dentalhub.fullname" -}}
{{- $name := ternary .Release.Name (printf "%s-dentalhub" .Release.Name) (contains "dentalhub" .Release.Name) -}}
{{- $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What all objects of this release have in common, and what selects all of its pods. */}}
{{- define "dentalhub.selector" -}}
app.kubernetes.io/name: dentalhub
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "dentalhub.labels" -}}
{{ include "dentalhub.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{/* What selects the pods of one part: root, component, and the queue of workers. */}}
{{- define "dentalhub.partSelector" -}}
{{ include "dentalhub.selector" .root }}
app.kubernetes.io/component: {{ .component }}
{{- with .queue }}
dentalhub/queue: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* A queue as a part of names, which know no underscore. */}}
{{- define "dentalhub.workerName" -}}
{{ include "dentalhub.fullname" .root }}-worker-{{ .queue | replace "_" "-" }}
{{- end -}}

{{- define "dentalhub.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}{{ else }}{{ $image.repository }}:{{ $image.tag }}{{ end -}}
{{- end -}}
