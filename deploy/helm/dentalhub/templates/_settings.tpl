{{/* The workers by queue, each with what it did not say itself, as JSON. */}}
{{- define "dentalhub.workers" -}}
{{- $workers := dict -}}
{{- range $queue, $worker := .Values.workers -}}
{{- if not (kindIs "invalid" $worker) -}}
{{- $_ := set $workers $queue (merge (deepCopy $worker) (deepCopy $.Values.workerDefaults)) -}}
{{- end -}}
{{- end -}}
{{ toJson $workers }}
{{- end -}}

{{/* The settings that every part shares, by their names; those that the chart derives win over `config`. */}}
{{- define "dentalhub.settings" -}}
{{- $networks := list -}}
{{- $ports := list -}}
{{- $queues := .Values.otherQueues -}}
{{- range $queue, $worker := include "dentalhub.workers" . | fromJson -}}
{{- $networks = concat $networks $worker.practices.networks -}}
{{- $ports = concat $ports $worker.practices.ports -}}
{{- if ne $queue "dentalhub" }}{{ $queues = append $queues $queue }}{{ end -}}
{{- end -}}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ $value | quote }}
{{- end }}
DENTALHUB_DATA_DIR: /data
DENTALHUB_SECURE: "true"
DENTALHUB_BEHIND_PROXY: "true"
DENTALHUB_TRUSTED_PROXIES: {{ join "," .Values.trustedProxies | quote }}
DENTALHUB_QUEUES: {{ $queues | sortAlpha | join "," | quote }}
DENTALHUB_CREDENTIAL_DIR: /run/secrets/practices
DENTALHUB_EXPORT_STORAGE: {{ .Values.exports.storage | default "/exports" | quote }}
# What the forms of the pages accept; each worker is held to its own.
DENTALHUB_SOURCE_NETWORKS: {{ $networks | uniq | join "," | quote }}
DENTALHUB_SOURCE_PORTS: {{ $ports | uniq | join "," | quote }}
{{- with .Values.hosts }}
DENTALHUB_PUBLIC_URL: {{ printf "https://%s" (first .) | quote }}
DENTALHUB_CSRF_TRUSTED_ORIGINS: {{ printf "https://%s" (join ",https://" .) | quote }}
{{- end }}
{{- if .Values.sourceAuthorities.existingConfigMap }}
DENTALHUB_SOURCE_CA_FILE: /run/authorities/{{ .Values.sourceAuthorities.key }}
{{- end }}
DENTALHUB_QUEUE_WORKERS: {{ .Values.workerAutoscaling.partsPerPod | int | quote }}
{{- end -}}

{{/* Secrets that every part reads, each by its name: pods do not start while one is missing. */}}
{{- define "dentalhub.secretVariables" -}}
- name: DENTALHUB_SECRET_KEY
  valueFrom:
    secretKeyRef: {name: {{ .Values.secrets.application }}, key: DENTALHUB_SECRET_KEY}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef: {name: {{ .Values.database.existingSecret }}, key: DATABASE_URL}
{{- range $name, $used := dict "DENTALHUB_BROKER_URL" .Values.redis.broker "DENTALHUB_CACHE_URL" .Values.redis.cache }}
{{- if $used }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef: {name: {{ $.Values.redis.existingSecret }}, key: {{ $name }}}
{{- end }}
{{- end }}
{{- end -}}
